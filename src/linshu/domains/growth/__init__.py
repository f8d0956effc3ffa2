"""Growth: how people hear of the company, come, bring others and stay."""
