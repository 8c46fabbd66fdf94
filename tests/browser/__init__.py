"""Rendered pages in headless Chromium."""
