"""What Samphan knows about Thai: names, dates, telephones, tax numbers, addresses, order of words.

No database and no screens: plain functions, quick enough for every cell of an import.
"""
