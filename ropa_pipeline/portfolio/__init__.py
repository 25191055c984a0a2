"""The view across controllers, and the operator's own record (GDPR Art. 28, 30(2)).

Belongs here: reading published registers one at a time, comparing them, and writing the operator's database and
workbooks. Does not belong here: anything that goes into a controller's release, and reading mappings (their objects are
handed in). Whoever runs this tool for others sees all of them here; no controller ever sees another.
"""

from ropa_pipeline.portfolio.build import PortfolioInputs, build_portfolio
from ropa_pipeline.portfolio.view import Declared, Limits
from ropa_pipeline.portfolio.write import Written, write_portfolio

__all__ = ["Declared", "Limits", "PortfolioInputs", "Written", "build_portfolio", "write_portfolio"]
