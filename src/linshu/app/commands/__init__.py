"""The commands of `linshu`, grouped by what one comes for; every one takes --project, --json and --debug."""
