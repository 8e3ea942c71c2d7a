package dev.perene.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a value must look like before any rule can be asked: the schema of a record, read from its declaration. */
sealed interface Shape {
    /** An object with the fields that are named here and no others. */
    record Fields(Map<String, Shape> members, Set<String> required) implements Shape {}

    /** A list. */
    record Items(Shape item, long most) implements Shape {}

    /** An object whose keys are free. */
    record Entries(Shape value, long most) implements Shape {}

    /** One of a few words. */
    record Words(List<String> words) implements Shape {}

    /** A string. */
    record Text(long longest) implements Shape {}

    /** A whole number. */
    record Whole() implements Shape {}

    /** A quantity: a string or a whole number. */
    record Amount() implements Shape {}

    /** Whatever the API server takes: fields that it checks and owns itself. */
    record Anything() implements Shape {}

    /** The shape of a record with all its fields. */
    static Fields of(Class<?> type) {
        Map<String, Shape> members = new LinkedHashMap<>();
        Set<String> required = new LinkedHashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = field(type, component);
            SchemaFrom other = field.getAnnotation(SchemaFrom.class);
            members.put(component.getName(), other == null ? of(field.getAnnotatedType()) : of(other.type()));
            if (field.getAnnotation(Required.class) != null) {
                required.add(component.getName());
            }
        }
        return new Fields(members, required);
    }

    /** The field behind a component, which is where the schema's annotations are kept. */
    static Field field(Class<?> type, RecordComponent component) {
        try {
            return type.getDeclaredField(component.getName());
        } catch (NoSuchFieldException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Shape of(AnnotatedType type) {
        Class<?> raw = raw(type.getType());
        long most = type.isAnnotationPresent(Size.class)
                ? type.getAnnotation(Size.class).max()
                : Long.MAX_VALUE;
        if (raw.isRecord()) {
            return of(raw);
        }
        if (raw.isEnum()) {
            return new Words(
                    Stream.of(raw.getEnumConstants()).map(Object::toString).toList());
        }
        if (raw == List.class) {
            return new Items(argument(type, 0), most);
        }
        if (raw == Map.class) {
            return new Entries(argument(type, 1), most);
        }
        if (raw == Quantity.class) {
            return new Amount();
        }
        if (raw == Integer.class || raw == Long.class) {
            return new Whole();
        }
        if (raw == String.class) {
            return new Text(most);
        }
        if (raw == JsonNode.class) {
            return new Anything();
        }
        throw new IllegalArgumentException("no shape for " + raw.getName());
    }

    private static Shape argument(AnnotatedType type, int index) {
        return of(((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()[index]);
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
    }
}
