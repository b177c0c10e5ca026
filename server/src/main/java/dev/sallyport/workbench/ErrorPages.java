package dev.sallyport.workbench;

import dev.sallyport.cli.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The pages about diagnostics, which {@code check --explain} prints too. */
public final class ErrorPages {

    private static final String FENCE = "```";

    private final Views views;
    private final Pages texts = new Pages();

    ErrorPages(Views views) {
        this.views = views;
    }

    /**
     * A part of a page.
     *
     * @param isCode whether it is a block of code, which has one span
     * @param spans the text
     */
    public record Block(boolean isCode, List<Span> spans) { }

    /** A piece of text. */
    public record Span(String text, boolean isCode) { }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /errors/", this::page);
    }

    private Reply page(Visit visit) throws UnusableException {
        String code = visit.rest().toUpperCase(Locale.ROOT);
        if (texts.title(code) == null) {
            throw new UnusableException(404, "There is no such code.", "Follow a link beside a finding.");
        }
        List<Block> blocks = blocks(texts.page(code));
        return views.html("errorpage.jte", Map.of("frame", views.frame(code, "", visit.session()), "title", blocks.get(0).spans(), "blocks",
                blocks.subList(1, blocks.size())));
    }

    /** The heading, paragraphs and blocks of code that such a page is made of. */
    static List<Block> blocks(String markdown) {
        List<Block> blocks = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean isCode = false;
        for (String line : (markdown + "\n\n").split("\n", -1)) {
            boolean isFence = line.startsWith(FENCE);
            if (isFence || !isCode && line.isBlank()) {
                String text = part.toString().strip();
                if (isCode) {
                    blocks.add(new Block(true, List.of(new Span(part.toString(), true))));
                } else if (!text.isEmpty()) {
                    blocks.add(new Block(false, spans(text.replaceFirst("^# ", ""))));
                }
                part.setLength(0);
                isCode ^= isFence;
            } else {
                part.append(line).append('\n');
            }
        }
        return blocks;
    }

    private static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        String[] parts = text.split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].isEmpty()) {
                spans.add(new Span(parts[i], i % 2 == 1));
            }
        }
        return spans;
    }
}
