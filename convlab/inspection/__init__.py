"""`convlab inspect FILE`: what a network's file holds, printed without a window."""
