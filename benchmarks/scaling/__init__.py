"""The parts of the benchmark of growth: the phases a size goes through, the questions asked of it, the curve drawn through the sizes."""
