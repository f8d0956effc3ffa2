"""Quotas of pre-sale listings: how much may still be sold before the cut-off, so that what is promised can be brought."""
