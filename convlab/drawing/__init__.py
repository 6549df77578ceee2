"""Arrays become pictures: colours, numbers, cells, the arithmetic of a step. QtGui only, no widgets."""
