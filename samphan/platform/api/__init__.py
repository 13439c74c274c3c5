"""What every route of `/api/v1` stands on: answers, problems, lists of records, tags of what was seen.

Each domain has its routes in its own `api`; `config.api` puts them together; who asks is found by
`administration.api_gate`.
"""

PREFIX = "/api/"
BASE = "/api/v1/"
