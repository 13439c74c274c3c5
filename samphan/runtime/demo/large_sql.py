"""The statements that make one piece of the large company. Each piece is customers `first` to `last`.

A piece is invented in temporary tables, summed up there, and then inserted with its sums: nothing is written twice.
"""

from samphan.platform.search.text import LETTERS, MARKS

TABLES = (
    "customers_customer", "customers_identity", "customers_address", "customers_customertag", "platform_searchdocument",
    "commerce_product", "commerce_order", "commerce_orderline",
)  # fmt: skip

_WORD = "id integer PRIMARY KEY, text text, letters text, marks text, latin text"
WORD_TABLES = (
    f"CREATE TEMP TABLE demo_first ({_WORD}, gender text)",
    f"CREATE TEMP TABLE demo_last ({_WORD})",
    f"CREATE TEMP TABLE demo_nickname ({_WORD})",
    "CREATE TEMP TABLE demo_shop (id integer PRIMARY KEY, text text, key text, latin text)",
    "CREATE TEMP TABLE demo_place (id integer PRIMARY KEY, subdistrict text, district text, province text,"
    " postcode text, code text)",
    """
    CREATE TEMP TABLE demo_customer (n integer PRIMARY KEY, id uuid, joined timestamptz, kind text, title text,
        first_name text, last_name text, name text, nickname text, name_key text, latin text, gender text,
        birth_date date, tax_id text, branch text, owner_id uuid, phone text, email text, line text, member text,
        place integer, house text, tags integer, orders integer, rhythm double precision)
    """,
    """
    CREATE TEMP TABLE demo_order (id uuid PRIMARY KEY, n integer, number text, ordered_at timestamptz, channel text,
        lines integer, total numeric)
    """,
    """
    CREATE TEMP TABLE demo_line (order_id uuid, position integer, product_id uuid, sku text, description text,
        quantity numeric, unit_price numeric)
    """,
)
WORD_NAMES = (
    "demo_first", "demo_last", "demo_nickname", "demo_shop", "demo_place", "demo_customer", "demo_order", "demo_line",
)  # fmt: skip

# Of the hundredth that buys most, each has 20 orders and more; a quarter has none; the mean is two.
_ORDERS = "least(200, floor(0.8 * power(1 - o, -0.7)))::integer"

# The thirteenth digit: (11 - sum of weight x digit mod 11) mod 10, weights 13 to 2.
_CHECK_DIGIT = """
    (SELECT ((11 - sum((14 - place) * substr(twelve, place, 1)::integer) %% 11) %% 10)::text
       FROM generate_series(1, 12) AS place)
"""

_CUSTOMERS = f"""
    INSERT INTO demo_customer
    WITH drawn AS MATERIALIZED (
        SELECT n, random() AS k, random() AS f, random() AS l, random() AS nick, random() AS s, random() AS t,
               random() AS p, random() AS o, random() AS j, random() AS e, random() AS c, random() AS m, random() AS b,
               random() AS w, random() AS g
          FROM generate_series(%(first)s::integer, %(last)s::integer) AS n),
    chosen AS (
        SELECT d.*, d.k < 0.08 AS is_company,
               floor(d.f * (SELECT count(*) FROM demo_first))::integer AS first_id,
               -- Squared, so that some families are common and most are rare.
               floor(d.l * d.l * (SELECT count(*) FROM demo_last))::integer AS last_id,
               floor(d.nick * 2.2 * (SELECT count(*) FROM demo_nickname))::integer AS nickname_id,
               floor(d.s * (SELECT count(*) FROM demo_shop))::integer AS shop_id
          FROM drawn d)
    SELECT d.n, samphan_uuid7(), %(now)s::timestamptz - make_interval(secs => (d.j * 730 + 1) * 86400),
           CASE WHEN is_company THEN 'organisation' ELSE 'person' END,
           CASE WHEN is_company OR t > 0.8 THEN '' WHEN t < 0.5 THEN 'คุณ'
                WHEN f.gender = 'male' THEN 'นาย' ELSE 'นางสาว' END,
           CASE WHEN is_company THEN '' ELSE f.text END,
           CASE WHEN is_company THEN '' ELSE l.text END,
           CASE WHEN is_company THEN s.text || ' ' || d.n ELSE f.text || ' ' || l.text END,
           CASE WHEN is_company THEN '' ELSE coalesce(k.text, '') END,
           CASE WHEN is_company THEN made.company_key ELSE made.person_key END,
           CASE WHEN is_company THEN s.latin ELSE concat_ws(' ', nullif(f.latin, ''), nullif(l.latin, ''), k.latin) END,
           CASE WHEN is_company THEN '' ELSE f.gender END,
           CASE WHEN NOT is_company AND b < 0.45 THEN date '1955-01-01' + floor(b / 0.45 * 19000)::integer END,
           CASE WHEN is_company THEN made.twelve || {_CHECK_DIGIT} ELSE '' END,
           CASE WHEN is_company THEN '00000' ELSE '' END,
           CASE WHEN w < 0.55 THEN (%(owners)s::uuid[])[1 + floor(w / 0.55 * 4)::integer] END,
           -- A walk through all eight-digit numbers that meets each of them once.
           CASE WHEN c < 0.92 THEN '+668' || lpad((d.n::bigint * 61803399 %% 100000000)::text, 8, '0') END,
           CASE WHEN e < 0.55 THEN made.account || '.' || d.n || '@example.com' END,
           CASE WHEN e > 0.5 THEN made.account || d.n END,
           CASE WHEN m < 0.35 AND NOT is_company THEN '8801' || lpad(d.n::text, 8, '0') END,
           CASE WHEN g < 0.75 THEN floor(p * (SELECT count(*) FROM demo_place))::integer END,
           floor(g * 900 + 1)::text || '/' || floor(p * 97 + 1)::text || ' หมู่ ' || floor(m * 12 + 1)::text,
           CASE WHEN t < 0.1 THEN 2 WHEN t < 0.45 THEN 1 ELSE 0 END,
           {_ORDERS}, w
      FROM chosen d
      JOIN demo_first f ON f.id = d.first_id
      JOIN demo_last l ON l.id = d.last_id
      JOIN demo_shop s ON s.id = d.shop_id
      LEFT JOIN demo_nickname k ON k.id = d.nickname_id
     CROSS JOIN LATERAL (
        SELECT f.letters || ' ' || l.letters
                   || coalesce(E'\\t' || nullif(rtrim(f.marks || '0' || l.marks, '0'), ''), '') AS person_key,
               split_part(s.key, E'\\t', 1) || ' ' || d.n
                   || coalesce(E'\\t' || nullif(split_part(s.key, E'\\t', 2), ''), '') AS company_key,
               CASE WHEN is_company THEN 'shop' ELSE replace(f.latin, ' ', '') END AS account,
               '0105' || lpad((d.n %% 100000000)::text, 8, '0') AS twelve) made
     ORDER BY d.n
"""

_ORDER_HEADS = """
    INSERT INTO demo_order
    SELECT samphan_uuid7(), c.n, 'SO-' || lpad(c.n::text, 8, '0') || '-' || number, least(%(now)s::timestamptz, c.joined
               + make_interval(secs => power(random(), 0.8) * extract(epoch FROM %(now)s::timestamptz - c.joined))),
           (ARRAY['หน้าร้านอารีย์', 'หน้าร้านนิมมาน', 'ไลน์', 'Shopee', 'เว็บไซต์', 'สั่งประจำ'])
               [1 + floor(power(random(), 1.4) * 6)::integer],
           1 + (random() < 0.6)::integer + (random() < 0.4)::integer, 0
      FROM demo_customer c CROSS JOIN LATERAL generate_series(1, c.orders) AS number
"""

_ORDER_LINES = """
    INSERT INTO demo_line
    WITH goods AS MATERIALIZED (
        SELECT p.*, row_number() OVER (ORDER BY sku) - 1 AS place, count(*) OVER () AS goods
          FROM commerce_product p WHERE workspace_id = %(workspace)s),
    drawn AS MATERIALIZED (
        SELECT o.id, line, floor(random() * (SELECT max(goods) FROM goods))::integer AS place,
               CASE WHEN random() < 0.01 THEN -1 ELSE 1 + floor(power(random(), 3) * 5)::integer END AS quantity
          FROM demo_order o CROSS JOIN LATERAL generate_series(1, o.lines) AS line)
    SELECT d.id, d.line, g.id, g.sku, g.name, d.quantity, g.unit_price FROM drawn d JOIN goods g ON g.place = d.place
"""

_ORDER_SUMS = """
    UPDATE demo_order o SET total = s.total
      FROM (SELECT order_id, round(sum(quantity * unit_price), 6) AS total FROM demo_line GROUP BY order_id) s
     WHERE s.order_id = o.id
"""

_SUMS_AND_CUSTOMERS = """
    WITH bought AS MATERIALIZED (
        SELECT n, count(*) FILTER (WHERE total >= 0) AS order_count, sum(total) AS total_spent,
               min(ordered_at) FILTER (WHERE total >= 0) AS first_order_at,
               max(ordered_at) FILTER (WHERE total >= 0) AS last_order_at
          FROM demo_order GROUP BY n)
    INSERT INTO customers_customer (id, workspace_id, created_at, created_in, kind, title, first_name, last_name, name,
           name_en, nickname, gender, birth, tax_id, branch, grade, stage, owner_id, source, note, language,
           custom, sources, name_key, order_count, total_spent, first_order_at, last_order_at)
    SELECT c.id, %(workspace)s, c.joined, %(act)s, c.kind, c.title, c.first_name, c.last_name, c.name, '', c.nickname,
           c.gender,
           CASE c.n %% 12 WHEN 1 THEN 'XXXX' || to_char(c.birth_date, '-MM-DD')
                WHEN 2 THEN to_char(c.birth_date, 'YYYY-MM') || '-XX' WHEN 3 THEN to_char(c.birth_date, 'YYYY') || '-XX-XX'
                ELSE to_char(c.birth_date, 'YYYY-MM-DD') END,
           c.tax_id, c.branch,
           CASE WHEN b.total_spent >= 6000 THEN 'A' WHEN b.total_spent >= 2000 THEN 'B'
                WHEN b.total_spent >= 500 THEN 'C' WHEN b.order_count > 0 THEN 'D' ELSE '' END,
           CASE WHEN coalesce(b.order_count, 0) = 0 THEN CASE WHEN c.rhythm < 0.7 THEN 'prospect' ELSE 'lead' END
                WHEN b.order_count <= 2 AND b.first_order_at > %(now)s::timestamptz - interval '60 days' THEN 'new'
                WHEN b.last_order_at < %(now)s::timestamptz - interval '180 days' THEN 'lost'
                WHEN b.last_order_at < %(now)s::timestamptz - interval '75 days' THEN 'at_risk'
                WHEN b.order_count > 8 AND c.rhythm < 0.1 THEN 'advocate' ELSE 'regular' END,
           c.owner_id,
           (ARRAY['หน้าร้าน', 'ไลน์', 'Facebook', 'Shopee', 'เว็บไซต์', 'แนะนำเพื่อน'])[1 + floor(c.rhythm * 6)::integer],
           '', 'th', '{}', %(sources)s, c.name_key, coalesce(b.order_count, 0), coalesce(b.total_spent, 0),
           b.first_order_at, b.last_order_at
      FROM demo_customer c LEFT JOIN bought b ON b.n = c.n ORDER BY c.n
"""

_IDENTITIES = """
    INSERT INTO customers_identity (id, workspace_id, created_at, created_in, customer_id, kind, value, position,
           resolves, label)
    SELECT samphan_uuid7(), %(workspace)s, c.joined, %(act)s, c.id, i.kind, i.value, 0, true, ''
      FROM demo_customer c CROSS JOIN LATERAL (
           VALUES ('phone', c.phone), ('email', c.email), ('line', c.line), ('member', c.member)) AS i (kind, value)
     WHERE i.value IS NOT NULL
"""

_ADDRESSES = """
    INSERT INTO customers_address (id, workspace_id, created_at, created_in, customer_id, position, label, line,
           subdistrict, district, province, postcode, subdistrict_code)
    SELECT samphan_uuid7(), %(workspace)s, c.joined, %(act)s, c.id, 0, '', c.house, p.subdistrict, p.district,
           p.province, p.postcode, p.code
      FROM demo_customer c JOIN demo_place p ON p.id = c.place
"""

_TAGS = """
    WITH known AS MATERIALIZED (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS tags FROM customers_tag
         WHERE workspace_id = %(workspace)s)
    INSERT INTO customers_customertag (id, workspace_id, created_at, created_in, customer_id, tag_id)
    SELECT samphan_uuid7(), %(workspace)s, c.joined, %(act)s, c.id, t.id
      FROM demo_customer c CROSS JOIN LATERAL generate_series(1, c.tags) AS number
      JOIN known t ON t.place = (c.n / 7 + number * 3) %% t.tags
"""

# The words in the order of `customers.search_documents`: texts, then numbers, then the names in Latin letters.
# Letters stand in place of Thai marks there.
_LETTERS = f"translate({{}}, '{MARKS}', '{LETTERS}')"
_SEARCH = f"""
    INSERT INTO platform_searchdocument (record_id, workspace_id, entity, text)
    SELECT c.id, %(workspace)s, 'customers',
           concat_ws(' ', {_LETTERS.format("lower(c.name)")}, nullif({_LETTERS.format("lower(c.nickname)")}, ''),
                     c.email, c.line, nullif(c.tax_id, ''),
                     '0' || substr(c.phone, 4), substr(c.phone, 2), c.member, c.latin)
      FROM demo_customer c
"""

_ORDERS_IN = """
    INSERT INTO commerce_order (id, workspace_id, created_at, created_in, number, customer_id, ordered_at, channel,
           currency, total, line_count)
    SELECT o.id, %(workspace)s, o.ordered_at, %(act)s, o.number, c.id, o.ordered_at, o.channel, 'THB', o.total, o.lines
      FROM demo_order o JOIN demo_customer c ON c.n = o.n
"""

_LINES_IN = """
    INSERT INTO commerce_orderline (id, workspace_id, created_at, created_in, order_id, position, product_id, sku,
           description, quantity, unit_price)
    SELECT samphan_uuid7(), %(workspace)s, o.ordered_at, %(act)s, l.order_id, l.position, l.product_id, l.sku,
           l.description, l.quantity, l.unit_price
      FROM demo_line l JOIN demo_order o ON o.id = l.order_id
"""

STATEMENTS = (
    ("emptied", "TRUNCATE demo_customer, demo_order, demo_line"),
    ("invented", _CUSTOMERS),
    ("orders", _ORDER_HEADS),
    ("lines", _ORDER_LINES),
    ("planned", "ANALYZE demo_customer, demo_order, demo_line"),
    ("sums", _ORDER_SUMS),
    ("customers", _SUMS_AND_CUSTOMERS),
    ("identities", _IDENTITIES),
    ("addresses", _ADDRESSES),
    ("tagged", _TAGS),
    ("documents", _SEARCH),
    ("orders_in", _ORDERS_IN),
    ("lines_in", _LINES_IN),
)
