"""What runs outside the window, and how the window talks to it: frames of JSON and raw arrays, never pickle."""
