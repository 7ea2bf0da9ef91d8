"""Charts as inline SVG: pure functions from figures to text. Colours are classes, which a style sheet fills."""
