package dev.perene.api;

import io.fabric8.generator.annotation.ValidationRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Rules that every item of a list obeys. The generator library knows only rules of the list itself. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface EachItem {
    /** The rules. */
    ValidationRule[] value();
}
