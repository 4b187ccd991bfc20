"""Turn answers into what is shown. This is the only place that escapes, and the only user of bleach.

plain_text      replaces characters that no page or file can hold
html            text and marks for pages
terminal        text and marks for a terminal
json_values     answers for the API, the shell and JSON lines; figures_json: answers that count
tables          answers that count, as rows; csv_lines: rows and articles for spreadsheets
copies          copies, differences and former texts, in every form
citations       references, for people and for reference managers
feeds           results as Atom and JSON Feed
networks        what occurs together, as GraphML and GEXF
for_assistants  answers for language models, with strangers' text kept apart
"""
