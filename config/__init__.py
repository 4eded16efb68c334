"""Composition of the system. Importing it sets up Celery, so that tasks find their broker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
