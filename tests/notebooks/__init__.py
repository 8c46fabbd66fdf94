"""Every notebook, in a fresh kernel."""
