package dev.sallyport.model;

import java.util.Locale;

/** An enum whose constants have a name in Microsoft Graph, which is what files, requests and output use. */
public interface GraphEnum {

    /** The name in Microsoft Graph, such as {@code mobileAppsAndDesktopClients}. */
    String graphName();

    /** The constant of exactly this Graph name, or {@code null}. */
    static <E extends Enum<E> & GraphEnum> E exact(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.graphName().equals(name)) {
                return constant;
            }
        }
        return null;
    }

    /** The constant of this Graph name in any case (corpora, point 3), or {@code null}. */
    static <E extends Enum<E> & GraphEnum> E anyCase(Class<E> type, String name) {
        String folded = name.strip().toLowerCase(Locale.ROOT);
        for (E constant : type.getEnumConstants()) {
            if (constant.graphName().toLowerCase(Locale.ROOT).equals(folded)) {
                return constant;
            }
        }
        return null;
    }
}
