"""`manage.py entity_diagram`: redraw docs/architecture.md from the models."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from config.entity_diagram import document, inserted


class Command(BaseCommand):
    help = "Vẽ lại sơ đồ thực thể trong docs/architecture.md từ các model."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say whether it is up to date"
        )

    def handle(self, *args: object, check: bool, **options: object) -> None:
        file = document()
        text = file.read_text(encoding="utf-8")
        wanted = inserted(text)
        if text == wanted:
            self.stdout.write("docs/architecture.md khớp với các model")
        elif check:
            raise CommandError("docs/architecture.md đã cũ: chạy manage.py entity_diagram")
        else:
            file.write_text(wanted, encoding="utf-8")
            self.stdout.write("Đã vẽ lại sơ đồ trong docs/architecture.md")
