"""Transfers (调拨建议): goods that one warehouse will not need in time and another will miss before any order can come."""
