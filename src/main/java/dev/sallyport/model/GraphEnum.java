package dev.sallyport.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An enum whose constants have a name in Microsoft Graph, which is what files, requests and output use. */
public interface GraphEnum {

    /** The name in Microsoft Graph, such as {@code mobileAppsAndDesktopClients}. */
    String graphName();

    /** The constant with exactly this Graph name; {@code null} if unknown. */
    static <E extends Enum<E> & GraphEnum> @Nullable E exact(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.graphName().equals(name)) {
                return constant;
            }
        }
        return null;
    }

    /** The constant with this Graph name, without regard to case; {@code null} if unknown. */
    static <E extends Enum<E> & GraphEnum> @Nullable E anyCase(Class<E> type, String name) {
        String folded = name.strip().toLowerCase(Locale.ROOT);
        for (E constant : type.getEnumConstants()) {
            if (constant.graphName().toLowerCase(Locale.ROOT).equals(folded)) {
                return constant;
            }
        }
        return null;
    }
}
