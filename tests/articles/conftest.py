"""Time limits of single examples mean nothing on a busy machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("qabot", deadline=None)
settings.load_profile("qabot")
