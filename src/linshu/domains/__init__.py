"""What the company does, field by field; domains never import each other, they meet in published tables."""
