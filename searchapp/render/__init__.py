"""From an answer to what is shown. The only place that escapes, and the only user of bleach.

plain_text   what can stand in no page or file is replaced
html         text and marks for pages
terminal     text and marks for a terminal
json_values  answers for the API, the shell and JSON lines
csv_lines    articles for spreadsheets
"""
