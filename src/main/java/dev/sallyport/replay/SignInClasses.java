package dev.sallyport.replay;

import dev.sallyport.compile.AddressIndex;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes from sign-ins what no policy of a set can tell apart: who exactly signs in, if groups, roles and methods are the same; from which
 * address, if the same locations hold it; on which device, if no filter asks for what differs. What is left is equal for sign-ins
 * that have the same verdict, and a company has few of them. Thread-safe.
 */
final class SignInClasses {

    private static final int MAX_REMEMBERED = 100_000;

    private final Directory directory;
    private final Set<String> namedUsers = new HashSet<>();
    private final Set<String> namedGroups = new HashSet<>();
    private final String filters;
    private final AddressIndex ipv4;
    private final AddressIndex ipv6;
    /** An address that stands for all that the same locations hold. */
    private final Map<List<Object>, String> standIns = new ConcurrentHashMap<>();
    private final Map<String, String> addresses = new ConcurrentHashMap<>();
    private final Map<Device, Device> devices = new ConcurrentHashMap<>();
    private final Map<UserState, UserState> users = new ConcurrentHashMap<>();

    SignInClasses(PolicySet set, Directory directory) {
        this.directory = directory;
        StringBuilder rules = new StringBuilder();
        for (ConditionalAccessPolicy policy : set.policies()) {
            Users who = policy.conditions().users();
            List.of(who.includeUsers(), who.excludeUsers())
                    .forEach(list -> list.forEach(each -> namedUsers.add(WellKnown.fold(each.id()))));
            if (policy.conditions().agents() != null) {
                policy.conditions().agents().includeAgentUsers().forEach(each -> namedUsers.add(WellKnown.fold(each.id())));
                policy.conditions().agents().excludeAgentUsers().forEach(each -> namedUsers.add(WellKnown.fold(each.id())));
            }
            List.of(who.includeGroups(), who.excludeGroups()).forEach(list -> list.stream().map(Reference::id).forEach(namedGroups::add));
            if (policy.conditions().deviceFilter() != null) {
                rules.append(policy.conditions().deviceFilter().rule().toLowerCase(Locale.ROOT)).append('\n');
            }
        }
        filters = rules.toString();
        List<List<IpRange>> places = new ArrayList<>();
        for (NamedLocation location : set.namedLocations()) {
            if (location instanceof NamedLocation.Ip ip) {
                places.add(ip.ranges());
            }
        }
        places.add(set.mfaSettings().trustedIps());
        ipv4 = index(places, false);
        ipv6 = index(places, true);
    }

    private static AddressIndex index(List<List<IpRange>> places, boolean ipv6) {
        List<AddressIndex.Entry> entries = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            for (IpRange range : places.get(i)) {
                if (range.isIpv6() == ipv6) {
                    entries.add(new AddressIndex.Entry(range, i));
                }
            }
        }
        return new AddressIndex(entries, (places.size() >> 6) + 1);
    }

    /** What policies can tell of a user; the same object for users who are alike. Dates are left out: the caller looks at them. */
    UserState user(UserState user) {
        boolean named = namedUsers.contains(WellKnown.fold(user.id()));
        List<String> groups = directory.groupIdsOf(user).stream().filter(namedGroups::contains).sorted().toList();
        List<AuthenticationMethod> methods = user.authenticationMethods().stream()
                .map(each -> new AuthenticationMethod(each.method(), null, each.isDefault(), null, each.isUsable())).toList();
        UserState seen = UserState.builder().id(named ? user.id() : "").userPrincipalName("").accountEnabled(user.accountEnabled())
                .userType(user.userType()).externalUserType(user.guestType()).homeTenantId(user.homeTenantId()).memberOf(groups)
                .roles(Directory.roleIdsOf(user).stream().sorted().toList()).scopedRoles(user.scopedRoles())
                .perUserMfaState(user.perUserMfaState()).authenticationMethods(methods).appPasswords(user.appPasswords())
                .identityParentId(user.isAgentUser() ? "" : null).build();
        return remember(users, seen, seen);
    }

    /** What policies can tell of a sign-in but for its user. */
    SignIn signIn(SignIn s) {
        return s.toBuilder().name(null).user(null).ipAddress(address(s.ipAddress())).device(device(s.device())).createdDateTime(null)
                .build();
    }

    private String address(String text) {
        if (text == null) {
            return null;
        }
        String known = addresses.get(text);
        if (known != null) {
            return known;
        }
        IpAddress address = IpAddress.parse(text);
        String standIn = address == null ? text
                : remember(standIns, List.of(address.isIpv6(), address.isPublic(), (address.isIpv6() ? ipv6 : ipv4).locationsOf(address)),
                text);
        return remember(addresses, text, standIn);
    }

    private Device device(Device device) {
        if (device == null) {
            return null;
        }
        Device known = devices.get(device);
        if (known != null) {
            return known;
        }
        Device seen = new Device(device.isRegistered() ? "registered" : null, null, device.isCompliant(), device.isManaged(),
                device.trustType(),
                asked(device.texts()), asked(device.collections()));
        return remember(devices, device, remember(devices, seen, seen));
    }

    /** The properties whose names occur in a filter. */
    private <T> Map<String, T> asked(Map<String, T> properties) {
        Map<String, T> asked = new HashMap<>();
        properties.forEach((name, value) -> {
            if (filters.contains(name.toLowerCase(Locale.ROOT))) {
                asked.put(name, value);
            }
        });
        return asked;
    }

    /** The value that was remembered first. */
    private static <K, V> V remember(Map<K, V> known, K key, V value) {
        if (known.size() >= MAX_REMEMBERED) {
            known.clear();
        }
        V first = known.putIfAbsent(key, value);
        return first != null ? first : value;
    }
}
