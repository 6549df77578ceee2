"""`convlab train`: a recipe trained in the terminal."""
