"""The composition root: settings, the explicit tuples of domains and connectors, the web app, the commands, the demo."""
