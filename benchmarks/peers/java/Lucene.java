import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/** Lucene as its manual sets it up: `index FILE FOLDER`, or `search FOLDER`, which answers a question a line. */
public class Lucene {
    static final Analyzer ENGLISH = new EnglishAnalyzer();
    static final String[] FIELDS = {"title", "body"};

    public static void main(String[] asked) throws IOException {
        if (asked[0].equals("index")) {
            System.out.println(index(Path.of(asked[1]), Path.of(asked[2])));
        } else {
            search(new IndexSearcher(DirectoryReader.open(FSDirectory.open(Path.of(asked[1])))));
        }
    }

    /** Index a file with an article a line: id, title, body, day and month, separated by tabs. */
    static int index(Path file, Path folder) throws IOException {
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(folder), new IndexWriterConfig(ENGLISH));
                BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line; (line = lines.readLine()) != null; ) {
                String[] values = line.split("\t", -1);
                Document article = new Document();
                article.add(new StringField("id", values[0], Field.Store.YES));
                article.add(new TextField("title", values[1], Field.Store.YES));
                article.add(new TextField("body", values[2], Field.Store.YES));
                article.add(new IntPoint("day", Integer.parseInt(values[3])));
                article.add(new SortedDocValuesField("month", new BytesRef(values[4])));
                writer.addDocument(article);
            }
            writer.commit();
            return writer.getDocStats().numDocs;
        }
    }

    /** Answer questions (kind, words, first and last day, whether with snippets) with the number of articles. */
    static void search(IndexSearcher searcher) throws IOException {
        UnifiedHighlighter highlighter = UnifiedHighlighter.builder(searcher, ENGLISH).build();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] asked = line.split("\t", -1);
            Query query = query(asked[0], asked[1].split(" "), asked[2], asked[3]);
            TopScoreDocCollector collector = TopScoreDocCollector.create(10, Integer.MAX_VALUE);  // counts all
            searcher.search(query, collector);
            TopDocs best = collector.topDocs();
            for (ScoreDoc hit : best.scoreDocs) {
                searcher.storedFields().document(hit.doc).get("body");
            }
            if (asked[0].equals("facet")) {
                searcher.search(query, new Months());
            }
            if (asked[4].equals("1")) {
                highlighter.highlight("body", query, best, 1);
            }
            System.out.println(best.totalHits.value);
        }
    }

    static Query query(String kind, String[] words, String first, String last) throws IOException {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        if (kind.equals("phrase")) {
            for (String field : FIELDS) {
                all.add(new PhraseQuery(field, terms(String.join(" ", words))), Occur.SHOULD);
            }
            return all.build();
        }
        for (String word : words) {
            BooleanQuery.Builder anywhere = new BooleanQuery.Builder();
            for (String field : FIELDS) {
                anywhere.add(one(kind, field, word), Occur.SHOULD);
            }
            all.add(anywhere.build(), kind.equals("or") ? Occur.SHOULD : Occur.MUST);
        }
        if (kind.equals("date")) {
            all.add(IntPoint.newRangeQuery("day", Integer.parseInt(first), Integer.parseInt(last)), Occur.FILTER);
        }
        return all.build();
    }

    static Query one(String kind, String field, String word) throws IOException {
        if (kind.equals("prefix")) {
            return new PrefixQuery(new Term(field, word));
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String term : terms(word)) {
            all.add(new TermQuery(new Term(field, term)), Occur.MUST);
        }
        return all.build();
    }

    static String[] terms(String text) throws IOException {
        List<String> terms = new ArrayList<>();
        try (TokenStream tokens = ENGLISH.tokenStream("", text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                terms.add(term.toString());
            }
            tokens.end();
        }
        return terms.toArray(String[]::new);
    }

    /** Counts the articles of each month. */
    static class Months extends SimpleCollector {
        SortedDocValues months;
        int[] counts;

        @Override
        protected void doSetNextReader(LeafReaderContext context) throws IOException {
            months = context.reader().getSortedDocValues("month");
            counts = new int[months.getValueCount()];
        }

        @Override
        public void collect(int article) throws IOException {
            if (months.advanceExact(article)) {
                counts[months.ordValue()]++;
            }
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }
    }
}
