"""Alerts: rules that watch figures, ring once, are seen, escalate when nobody looks, and fall silent by themselves."""

from linshu.engine.alerts.rule import Rule

__all__ = ["Rule"]
