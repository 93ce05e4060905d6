"""The command group whose `--help` lists commands by purpose, each description whole."""

from __future__ import annotations

import click

SECTIONS: dict[str, tuple[str, ...]] = {
    "The registry": (
        "init", "add", "import", "draft", "check", "fmt", "edit", "move", "cancel", "explain", "schema", "propose", "todo",
    ),
    "The calendar": ("next", "show", "feed", "diff", "publish", "build"),
    "Reminders": ("rehearse", "preview", "send-test", "deliveries", "retry", "pause", "resume", "subscribers", "bounce"),
    "Operation": ("serve", "status", "config", "backup", "restore", "rotate-key", "db", "completion"),
    "Several machines": ("web", "scheduler", "worker"),
}  # fmt: skip
"""Commands by purpose, in the order of a first use."""

FALLBACK_SECTION = "Other commands"
MAX_DESCRIPTION_LENGTH = 1_000  # characters; click cuts at 45 unless it is told otherwise


class SectionedGroup(click.Group):
    """A click group that prints its commands in sections."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one block for each section; a command of no section goes to the last one."""
        remaining = {name: command for name, command in self.commands.items() if not command.hidden}
        sections = SECTIONS if self.name == "cli" else {}
        fallback = FALLBACK_SECTION if sections else "Commands"
        width = max(map(len, remaining), default=0)
        for title, names in (*sections.items(), (fallback, tuple(self.commands))):
            rows = [
                (f"{name:<{width}}", remaining.pop(name).get_short_help_str(MAX_DESCRIPTION_LENGTH))
                for name in names
                if name in remaining
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
