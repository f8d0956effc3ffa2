"""The door for assistants: calls of the HTTP API as tools of the Model Context Protocol, in whose name the token is."""
