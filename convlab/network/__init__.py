"""A trained network as data: what a file says, checked. No Qt, no TensorFlow; nothing of the file is ever run."""
