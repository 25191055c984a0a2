"""Tags columns with categories of personal data (GDPR Art. 4(1), 9, 10, 30(1)(c)) and says why.

Belongs here: reading names, tables, keys and value profiles. Does not belong here: reading sources
(``connectors``) or mappings (``catalogue``): their values are handed in.
"""

from ropa_pipeline.classify.column_rows import ClassifyInput
from ropa_pipeline.classify.engine import Classification, classify, without_unknown_words
from ropa_pipeline.classify.explain import explain

__all__ = ["Classification", "ClassifyInput", "classify", "explain", "without_unknown_words"]
