"""Training with PyTorch on a GPU, where the networks that ship were trained: `bin/train-on-gpu`.

    music         all rows in the GPU's memory, made into batches there
    course        one training: a step is one CUDA graph, the rate follows the clock
    calibrating   as sure as it may be, and no surer

It needs PyTorch, numpy and mido; the site needs none of it.
"""
