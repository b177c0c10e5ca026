package dev.sallyport.workbench;

import java.util.List;

/**
 * The Security info page of a user.
 *
 * @param id the id of the user
 * @param marks what else to know, such as {@code Account disabled}
 * @param state the state of per-user MFA, and the class of its chip
 * @param steps what an administrator can do to the user
 * @param protection whether a password alone lets an attacker in, and the class of its chip
 * @param facts what is known about the user, by name
 * @param methods the registered methods, and the app passwords among them
 * @param appPasswords how many app passwords there are
 * @param deletesOne why a user cannot delete one app password here; empty if users can
 * @param history what became of per-user MFA, newest first
 * @param policies the policies that concern the user
 * @param place where methods are added from
 * @param offers what may be added from there
 * @param applications names of applications to try
 * @param address an address to try from
 */
public record SecurityInfoView(String id, String name, String userPrincipalName, List<String> marks, String state, String stateChip,
        List<Step> steps, String protection, String protectionChip, List<Fact> facts, List<Method> methods, int appPasswords,
        String deletesOne, List<String> history, Policies policies, Place place, Offers offers, List<String> applications, String address) {

    /**
     * What an administrator can do to the user.
     *
     * @param step the value of the field {@code step}
     * @param kind the class of the button; empty for none
     */
    public record Step(String step, String name, String kind) { }

    /**
     * The policies that concern the user.
     *
     * @param inScope how many of them are about the user, in words
     * @param others how many others there are, in words; empty for none
     * @param address the address of the same policies on the page of policies
     */
    public record Policies(String inScope, List<Assigned> all, String others, String address) { }

    /**
     * A policy that includes the user.
     *
     * @param address the address of its page
     * @param state its state in words, and the class of its chip
     * @param includedBy the assignments that include the user, such as {@code group Finance}
     * @param excludedBy those that exclude the user; empty for none
     */
    public record Assigned(String name, String address, String state, String chip, String includedBy, String excludedBy) { }

    /** What is known, such as {@code Groups}. */
    public record Fact(String name, Prose text) { }

    /**
     * A registered method or an app password.
     *
     * @param icon the picture
     * @param detail its name, number or address; empty for none
     * @param isDefault whether it is the default sign-in method
     * @param isUsable whether it can be used
     * @param added when it was added; empty if unknown
     * @param step the value of the field {@code step} that deletes it; empty if it cannot be deleted alone
     * @param label what the button that deletes it is called for a screen reader
     */
    public record Method(String icon, String name, String detail, boolean isDefault, boolean isUsable, String added, String step,
            String label) { }

    /**
     * Where methods are added from.
     *
     * @param kind {@code trusted}, {@code elsewhere} or {@code ip}
     * @param trusted an address of a trusted place; empty if there is none
     * @param elsewhere an address of no known place
     * @param ip the address that was typed
     * @param device the id of the device; empty for an unknown one
     * @param isMfaDone whether MFA was just done
     * @param devices the devices of the directory, by id
     */
    public record Place(String kind, String trusted, String elsewhere, String ip, String device, boolean isMfaDone,
            List<Device> devices) { }

    /** A device of the directory. */
    public record Device(String id, String name) { }

    /**
     * What may be added.
     *
     * @param summary how many methods may be added
     * @param error why nothing could be decided; empty if it was
     */
    public record Offers(String summary, String error, List<Offer> offers) { }

    /**
     * A method that may be added or not.
     *
     * @param method its Graph name
     * @param verdict such as {@code Allowed}, and the class of its chip
     * @param why why not; empty if it may be added
     * @param isAppPassword whether it is an app password
     * @param fix the value of the field {@code step} that would change the answer; empty for none
     */
    public record Offer(String icon, String name, String method, boolean isAllowed, String verdict, String chip, List<Prose> why,
            boolean isAppPassword, String fix) { }

    /**
     * The sign-ins that were tried.
     *
     * @param error why nothing could be decided; empty if it was
     */
    public record Tried(String error, List<Verdict> verdicts) { }

    /**
     * A sign-in that was tried.
     *
     * @param name with what, such as {@code With the app password}
     * @param outcome the outcome, which is the class too
     * @param words the outcome in words
     */
    public record Verdict(String name, String outcome, String words, Prose reason, List<Prose> findings) { }
}
