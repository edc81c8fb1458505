#!/bin/sh
# SQLAlchemy 2.0.44, its PostgreSQL dialect; the statement is compiled, no server is asked.
#
# Guessed: a primary key of type Float is a FLOAT column on PostgreSQL, as it is on SQLite and as any other Float column
# is; "autoincrement" is documented for whole numbers.
#
# Seen: it is SERIAL, a whole number of four bytes with a sequence, which drops the fraction of what is inserted.
# A column counts as auto-incremented by itself if its type is a number of any kind. autoincrement=False gives FLOAT.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sqlalchemy==2.0.44
venv/bin/python - <<'END'
import sqlalchemy
from sqlalchemy import Column, Float, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable


def kind(dialect, **options):
    table = Table("t", MetaData(), Column("at", Float, primary_key=True, **options))
    return str(CreateTable(table).compile(dialect=dialect)).split("at ")[1].split()[0]


seen = kind(postgresql.dialect()), kind(postgresql.dialect(), autoincrement=False), kind(sqlite.dialect())
print(f"{sqlalchemy.__version__}: PostgreSQL {seen[0]}, with autoincrement=False {seen[1]}; SQLite {seen[2]}")
raise SystemExit(seen != ("SERIAL", "FLOAT", "FLOAT"))
END
