"""Learning: what is trained, on what, and what is told of it meanwhile. Without Qt and without TensorFlow."""
