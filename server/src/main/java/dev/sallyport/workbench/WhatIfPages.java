package dev.sallyport.workbench;

import java.util.Map;

/** What the policies do to a sign-in that is chosen in a form. */
final class WhatIfPages {

    private final Desk desk;
    private final Views views;

    WhatIfPages(Desk desk, Views views) {
        this.desk = desk;
        this.views = views;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /", this::page);
        pages.put("GET /what-if", this::page);
    }

    private Reply page(Visit visit) {
        return views.html("whatif.jte", Map.of("frame", views.frame("What if", "what-if", visit.session())));
    }
}
