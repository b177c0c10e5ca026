package dev.sallyport.workbench;

import java.util.List;

/**
 * A user in the list.
 *
 * @param id the id
 * @param address the address of the Security info page
 * @param marks what else to know, such as {@code account disabled}
 * @param state the state of per-user MFA in words, and the class of its chip
 * @param methods the registered methods, the default first
 * @param appPasswords how many app passwords there are
 * @param protection where the user is protected from an attacker with the password, and the class of its chip
 * @param protectedBy what protects the user, what matters most first, with links to policies
 * @param more how many more there are
 * @param opens what the password alone opens from anywhere; empty for nothing
 * @param opensTrusted what it opens only from trusted places; empty for nothing
 * @param registers when the user has to register, such as {@code now} or {@code by 2026-11-30}; empty for never
 * @param isExposed whether an attacker with the password could register first
 * @param isSelected whether the box of the user is checked
 */
public record UserRow(String id, String name, String userPrincipalName, String address, List<String> marks, String state, String stateChip,
        List<String> methods, int appPasswords, String protection, String protectionChip, Prose protectedBy, int more,
        String opens, String opensTrusted, String registers, boolean isExposed, boolean isSelected) { }
