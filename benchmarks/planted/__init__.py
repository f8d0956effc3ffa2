"""The measures of `benchmarks.truth` beside the forecast: each holds an estimate of the product against what is planted."""
