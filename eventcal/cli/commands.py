"""Every command by purpose, in the order of a first use: its module, and the first sentence of its help.

`eventcal --help` shows this table and imports none of the modules; a command imports its own alone.
"""

COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "The registry": {
        "init": ("registry", "Start a registry: write events.yaml and its JSON Schema into FOLDER."),
        "add": ("registry", "Append an event to the registry; its comments and layout stay as they are."),
        "import": ("importing", "Add events from a FILE, FOLDER or URL to the registry, or update them."),
        "draft": ("drafting", "Find dated events in an ARTICLE, a file or URL, and write entries for review."),
        "check": ("registry", "Check the registry and list all problems with their lines."),
        "fmt": ("editing", "Rewrite the registry, or the given FILES of it, in canonical order and style."),
        "edit": ("editing", "Set keys of an event in its file."),
        "move": ("editing", "Move an event, or dates of a series, to another date."),
        "cancel": ("editing", "Cancel an event, or dates of a series."),
        "explain": (
            "explaining",
            "Show what a `when`, a `repeat`, an `rrule` or a reminder means, before you write it into the registry.",
        ),
        "schema": ("registry", "Print the registry's JSON Schema, for editors that complete and check YAML."),
        "propose": (
            "registry",
            "Read an issue filed with the form of `schema --issue-form`, and print a reply as Markdown.",
        ),
        "todo": (
            "status",
            "List events that need attention, such as a month that approaches without a day, or a date never confirmed.",
        ),
    },
    "The calendar": {
        "next": ("events", "List upcoming events."),
        "show": (
            "events",
            "Show one event: its date as precisely as it is known, its upcoming dates, its reminders and its sources.",
        ),
        "feed": ("events", "Write the calendar to standard output: all of it, or the events that the options select."),
        "diff": ("diff", "Show what the file changes for readers since git revision REV."),
        "publish": ("events", "Publish the registry as an edition now, even to go back to an earlier one."),
        "build": ("build", "Publish the registry, and write the whole site into DIR as files for any static host."),
    },
    "Reminders": {
        "rehearse": (
            "rehearse",
            "List every reminder and notice that would be sent between two days, without sending any.",
        ),
        "preview": ("preview", "Show an email about an event as a subscriber would get it."),
        "send-test": ("deliveries", "Send one test message through a channel."),
        "deliveries": ("deliveries", "List deliveries: each message to each recipient, and its state."),
        "retry": ("deliveries", "Requeue dead deliveries by the numbers that `eventcal deliveries` shows."),
        "pause": ("deliveries", "Pause sending through CHANNEL, or all sending, until `eventcal resume`."),
        "resume": ("deliveries", "Resume sending after `eventcal pause` or `eventcal restore`."),
        "subscribers": ("subscribers", "Manage email subscribers: list, export, import, delete."),
        "bounce": (
            "subscribers",
            "Read a returned email from standard input, or those in a mailbox, and count bounces against subscriptions.",
        ),
    },
    "Operation": {
        "serve": ("serve", "Serve pages and feeds and send reminders, until stopped."),
        "status": ("status", "Show the edition, its problems, and what is due, late or dead."),
        "config": ("status", "Print every setting with its value and where it was set; secrets are masked."),
        "backup": ("database", "Copy the store to FILE while eventcal runs."),
        "restore": ("database", "Replace the store with the copy FILE while nothing runs, and pause all sending."),
        "rotate-key": (
            "database",
            "Replace the key that signs links in messages and the key for push services; running processes adopt them.",
        ),
        "db": ("database", "Upgrade the database or move it to PostgreSQL."),
        "completion": ("completion", "Print a script with which SHELL completes commands, options and event ids."),
    },
    "Several machines": {
        "web": ("serve", "Serve pages and feeds of the published edition, until stopped."),
        "scheduler": ("serve", "Publish the registry and queue due reminders; serves no pages."),
        "worker": ("serve", "Send queued deliveries; needs PostgreSQL."),
    },
}

SYNONYMS = {
    word: name
    for name, words in {
        "next": "list ls agenda upcoming events", "next --search": "search find grep", "add": "new create", "edit": "set update change",
        "move": "reschedule postpone", "cancel": "delete remove rm", "check": "validate lint", "fmt": "format", "feed": "export ics",
        "serve": "start run server up", "publish": "deploy", "rehearse": "simulate dry-run", "send-test": "test", "diff": "changes",
    }.items()
    for word in words.split()
}  # fmt: skip
"""Words that people try for a command, with what does it."""
