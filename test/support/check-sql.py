"""Checks SQL files in their order: check-sql.py DIALECT FILE...

Every statement must be one that sqlglot knows in the dialect, and every table and column must be one that a statement
before it makes. Prints {"statements": n, "problems": [text]} as JSON.
"""

import json
import re
import sys

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify

# Columns that the engine itself adds.
PATH = "$path"
OF_STAGED_FILE = "METADATA$"

# A Snowflake Scripting block, which sqlglot does not parse, and a condition in it.
BLOCK = re.compile(
    r"EXECUTE IMMEDIATE \$\$\n(?:DECLARE\n.*?)?BEGIN\n(.*?)"
    r"\nEXCEPTION\n  WHEN OTHER THEN\n    ROLLBACK;\n    RAISE;\nEND;\n\$\$;",
    re.DOTALL,
)
CONDITION = re.compile(r"IF \(EXISTS \((.*?)\)\) THEN\n  RAISE \w+;\nEND IF;", re.DOTALL)

dialect, files = sys.argv[1], sys.argv[2:]
columns_of = {}
problems = []


def without_blocks(text):
    """The statements of a block in its place, and the query of a condition in the place of the condition."""
    return BLOCK.sub(lambda block: CONDITION.sub(r"\1;", block[1]), text)


def key_of(table):
    return (table.db.lower(), table.name.lower())


def is_stage(table):
    return table.name.startswith("@") or "@" in table.sql()


def schema():
    """The tables so far, in the form that sqlglot takes: with or without databases."""
    tree = {}
    for (database, table), columns in columns_of.items():
        place = tree.setdefault(database, {}) if database else tree
        place[table] = {column: "text" for column in columns}
    return tree


def check_query(query):
    """The columns of the query."""
    known = query.transform(
        lambda node: exp.Literal.string(node.name)
        if isinstance(node, exp.Column) and node.name.upper().startswith(OF_STAGED_FILE)
        else node
    )
    qualified = qualify(known, schema=schema(), dialect=dialect, validate_qualify_columns=True)
    return [name.lower() for name in qualified.named_selects if name != PATH]


def check_names(statement):
    """Tables, and columns that are named with their table: what also holds outside of queries."""
    aliases = {}
    made_here = {cte.alias.lower() for cte in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if is_stage(table) or not table.name or table.name.lower() in made_here:
            continue
        if key_of(table) not in columns_of:
            problems.append(f"no table {table.sql()}")
        else:
            aliases[table.alias_or_name.lower()] = columns_of[key_of(table)]
    for column in statement.find_all(exp.Column):
        known = aliases.get(column.table.lower())
        if known is not None and column.name.lower() not in known and column.name != PATH:
            problems.append(f"no column {column.sql()}")


def check_insert(insert):
    target = insert.this
    table = target.this if isinstance(target, exp.Schema) else target
    known = columns_of.get(key_of(table), [])
    named = [column.name.lower() for column in target.expressions] if isinstance(target, exp.Schema) else known
    problems.extend(f"{table.sql()} has no column {name}" for name in named if name not in known)
    values = insert.expression.find(exp.Select).expressions
    if len(values) != len(named):
        problems.append(f"{len(values)} values for {len(named)} columns of {table.sql()}")


def check(statement):
    if isinstance(statement, exp.Command):
        problems.append(f"unknown statement {statement.sql()[:60]}")
        return
    if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Schema):
        made = [column.name.lower() for column in statement.find_all(exp.ColumnDef)]
        columns_of[key_of(statement.this.this)] = [*made, PATH] if dialect == "athena" else made
        return
    if isinstance(statement, exp.Create):
        if statement.expression is not None and statement.kind in ("TABLE", "VIEW"):
            columns_of[key_of(statement.this)] = check_query(statement.expression)
        return
    check_names(statement)
    if isinstance(statement, exp.Insert):
        check_insert(statement)
    for query in statement.find_all(exp.Select):
        if query.find_ancestor(exp.Select) is None:
            check_query(query)


count = 0
for file in files:
    with open(file, encoding="utf-8") as text:
        statements = sqlglot.parse(without_blocks(text.read()), read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    for statement in statements:
        if statement is None:
            continue
        count += 1
        try:
            check(statement)
        except OptimizeError as error:
            problems.append(f"{file}: {error}")
print(json.dumps({"statements": count, "problems": problems}))
