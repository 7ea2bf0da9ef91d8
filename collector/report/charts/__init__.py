"""Charts as inline SVG. All functions are pure; colours are CSS classes."""
