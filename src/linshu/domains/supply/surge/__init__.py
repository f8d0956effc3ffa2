"""Surge (爆单): what sells far beyond the usual today, and what will not last until the cut-off."""
