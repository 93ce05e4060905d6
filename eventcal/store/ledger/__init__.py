"""Keeps the ledger: rows of reminders, their deliveries and attempts, and the statements that move them (see `states`).

`reminder_rows` holds plans, what subscriptions ask for, and fan-outs. `delivery_rows` inserts deliveries, `delivery_queue`
claims and settles them, `batch_reservations` reserves them for other machines, `notice_rows` says what changed and who was
told what. `health` holds circuit breakers, pauses and alarms, `stats` counts. Who is told what is decided in
`eventcal.planning`.
"""
