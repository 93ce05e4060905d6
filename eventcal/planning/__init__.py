"""Decides who is told what, when and why.

`reminders`, `fan_out`, `notices`, `digests`, `alarms` and `bounces` are plain functions from values to values: no connection,
no SQL, no clock. `passes` ties them to the store: each pass reads rows, has them decided and writes rows, in one transaction.
"""
