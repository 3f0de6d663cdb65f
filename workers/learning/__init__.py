"""The learning library: sampling, log-probabilities, acquisition rules, losses and the training loop.

Knows nothing of the service around it: no database, no queue, no server. Import the modules you need by name.
"""
