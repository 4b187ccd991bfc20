"""What can be asked of an index, one module for each kind of answer. Fronts call these and never an engine.

library        an index opened for reading (elsewhere: one whose folder is on another machine); what is in it
request        the words, filters, order and page that a front asks for
query_string   a request <-> the query string of an address
search         a request -> a page of marked hits; where nothing is found, help: advice, nearly, branches, spelling
notes          a request -> what is said of how it was read; absent_values: names in it that no article has;
               other_spellings: what the articles also write in another way
export         a request -> every article it finds
similar        an article -> others like it
neighbours     an article of a result -> the ones before and after it
copies         an article -> all printings of its story
differences    two articles -> which words differ; changes: an article -> its former texts
suggestions    what is being typed -> words, authors and titles that complete it
highlight      an article and a query -> where it matches (leaf_finding, its fast path plain_words, and word_groups);
               fragments: the pieces to show
trends         queries -> counts over time (periods)
coverage       all articles -> counts by day
searched       all files and articles -> counts of what was searched
concordance    a request -> every match in its context
collocates     a request -> the words near its matches; keywords: the words typical of its result (keyness)
parts          a request -> what each part of its query contributes
sample         a request -> a random sample, and the precision of what was judged
lists          a list of queries -> a row for each (list_mentions)
mentions       what a mention is, for all that counts them
saved, news    saved searches -> how their answers have changed, and what is new for them
certificate    a request -> a certificate; verifying checks it, signing signs it
"""
