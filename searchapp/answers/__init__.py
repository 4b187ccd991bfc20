"""What can be asked of an index, one module a kind of answer. Every front calls these and nothing deeper.

library      an index opened for reading; one article of it, and what is in it
request      the words, filters, order and page that a front asks for
query_string a request <-> the query string of an address
search       a request -> a page of marked hits, or help where nothing is found (advice)
export       a request -> every article it finds
similar      an article -> others like it
neighbours   an article of a result -> the ones before and after it
copies       an article -> all printings of its story; two articles -> which words differ
suggestions  what is being typed -> words, authors and titles that complete it
highlight    an article and a query -> where it matches; fragments chooses the pieces to show
"""
