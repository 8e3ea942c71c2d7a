package dev.perene.api;

import java.util.regex.Pattern;

/**
 * The forms that strings in specs may have, as regular expressions that RE2, which the API server uses, and Java read
 * alike: no look-ahead, no flags, no classes such as {@code \d}. None admits a quote, a control character or one that
 * means something in XML or to a shell.
 */
final class Forms {
    static final String DNS_LABEL = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
    static final String DNS_SUBDOMAIN = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$";

    /** A host name; its last label begins with a letter, so that it is never a mistyped IPv4 address. */
    private static final String DNS_NAME = "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])*[a-z]([a-z0-9-]{0,61}[a-z0-9])?";

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String IPV4 = "(" + OCTET + "[.]){3}" + OCTET;
    private static final String HEX = "[0-9a-fA-F]{1,4}";
    private static final String IPV6 = "(" + HEX + ":){7}" + HEX
            + "|(" + HEX + ":){1,7}:"
            + "|(" + HEX + ":){1,6}:" + HEX
            + "|(" + HEX + ":){1,5}(:" + HEX + "){1,2}"
            + "|(" + HEX + ":){1,4}(:" + HEX + "){1,3}"
            + "|(" + HEX + ":){1,3}(:" + HEX + "){1,4}"
            + "|(" + HEX + ":){1,2}(:" + HEX + "){1,5}"
            + "|" + HEX + ":(:" + HEX + "){1,6}"
            + "|:((:" + HEX + "){1,7}|:)";

    /** An IPv4 or IPv6 address or a DNS name. */
    static final String ADDRESS = "^(" + DNS_NAME + "|" + IPV4 + "|" + IPV6 + ")$";

    private static final String LOGIN = "[a-z_][a-z0-9_-]{0,31}";
    static final String USER = "^" + LOGIN + "$";

    private static final String PORT =
            "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    static final String LIBVIRT_URI = "^qemu[+](ssh|tls|tcp)://(" + LOGIN + "@)?(" + DNS_NAME + "|" + IPV4 + "|\\[("
            + IPV6 + ")\\])(:" + PORT + ")?/system$";

    /** A public key as in {@code known_hosts}, without host names and comment. Every key begins with its length. */
    static final String HOST_KEY = "^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) AAAA[A-Za-z0-9+/]+={0,3}$";

    /** One step of a normalised path: neither {@code .} nor {@code ..}. */
    private static final String STEP = "/[.]{0,2}[A-Za-z0-9_+,:=@-][A-Za-z0-9._+,:=@-]*";

    static final String PATH = "^(" + STEP + ")+$";
    static final String PATH_OR_FOLDER = "^(" + STEP + ")+/?$";
    static final String DEVICE = "^/dev(" + STEP + ")+$";
    static final String DEVICE_OR_FOLDER = "^/dev(" + STEP + ")+/?$";

    /** Where the kernel shows devices and itself: nothing there is an image. */
    static final String KERNEL_PATH = "^/(dev|proc|sys)(/.*)?$";

    /** The name of a network interface as Linux allows it, without what would need quoting. */
    static final String LINK = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$";

    private static final String NAME_OF_A_DOMAIN = "[A-Za-z0-9_][A-Za-z0-9._+:@-]{0,252}";

    /** libvirt's name of a domain, without what would need quoting. */
    static final String DOMAIN_NAME = "^" + NAME_OF_A_DOMAIN + "$";

    /** The same, or how such names begin followed by '*', or '*' for all. */
    static final String DOMAIN_NAMES = "^(" + NAME_OF_A_DOMAIN + "[*]?|[*])$";

    /** A unicast address in lower case. */
    static final String MAC_ADDRESS = "^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$";

    /** A number that is not negative, with a decimal or binary unit. */
    static final String QUANTITY = "^[0-9]{1,19}([.][0-9]{1,9})?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";

    /** The key of a label, with or without prefix. */
    static final String LABEL_KEY = "^([a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?"
            + "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$";

    /** The value of a label; may be empty. */
    static final String LABEL_VALUE = "^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$";

    /** Longer strings fit no form: the API server never lets them in, and a regular expression need not walk them. */
    static final int LONGEST = 1024;

    private Forms() {}

    /** Whether the whole value has the form. */
    static boolean fits(Pattern form, String value) {
        return value.length() <= LONGEST && form.matcher(value).matches();
    }
}
