"""A GDPR Article 30 record of processing activities that is kept true from the real systems.

Start reading at ``docs/architecture.md``; the vocabulary is in :mod:`ropa_pipeline.model`.
"""

__version__ = "0.1.0"
