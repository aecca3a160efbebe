/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The list of shapes, and those that are made by a loop. */
#include "cases.h"

static void
wide_schema(struct buf *out)
{
	static const char *const kinds[] = { "'string'", "'integer'",
		"'boolean'", "'number'" };

	put(out, "{'type':'object','additionalProperties':false,"
	    "'required':[");
	for (unsigned i = 0; i < 100; i += 2)
		put(out, "%s'column_%u'", i == 0 ? "" : ",", i);
	put(out, "],'properties':{");
	for (unsigned i = 0; i < 100; i++)
		put(out, "%s'column_%u':{'type':%s}", i == 0 ? "" : ",", i,
		    kinds[i % 4]);
	put(out, "}}");
}

static void
wide_document(struct buf *out, unsigned instance)
{
	for (unsigned i = 0; i < 100; i++) {
		unsigned n = pick(instance, i, 10000);
		put(out, "%s'column_%u':", i == 0 ? "{" : ",", i);
		if (i % 4 == 0)
			put(out, "'text %u'", n);
		else if (i % 4 == 1)
			put(out, "%u", n);
		else if (i % 4 == 2)
			put(out, n % 2 == 0 ? "true" : "false");
		else
			put(out, "%u.25", n);
	}
	put(out, "}");
}

static void
deep_schema(struct buf *out)
{
	for (unsigned i = 0; i < 20; i++)
		put(out, "{'type':'object','required':['name','below'],"
		    "'properties':{'name':{'type':'string'},'below':");
	put(out, "{'type':'integer'}");
	for (unsigned i = 0; i < 20; i++)
		put(out, "}}");
}

static void
deep_document(struct buf *out, unsigned instance)
{
	for (unsigned i = 0; i < 20; i++)
		put(out, "{'name':'level %u of %u','below':", i, instance);
	put(out, "%u", instance);
	for (unsigned i = 0; i < 20; i++)
		put(out, "}");
}

static void
told_schema(struct buf *out)
{
	put(out, "{'anyOf':[");
	for (unsigned i = 0; i < 20; i++)
		put(out, "%s{'type':'object','additionalProperties':false,"
		    "'required':['kind','id','value%u'],'properties':{"
		    "'kind':{'const':'event_%u','type':'string'},"
		    "'id':{'type':'integer'},'at':{'type':'string'},"
		    "'value%u':{'type':'number'}}}", i == 0 ? "" : ",", i, i,
		    i);
	put(out, "]}");
}

static void
told_document(struct buf *out, unsigned instance)
{
	unsigned variant = pick(instance, 0, 20);

	put(out, "{'kind':'event_%u','id':%u,'at':'2024-05-17T09:30:00Z',"
	    "'value%u':%u.5}", variant, instance, variant, instance);
}

static void
wrong_told_document(struct buf *out, unsigned instance)
{
	unsigned variant = pick(instance, 0, 20);

	put(out, "{'kind':'event_%u','id':%u,'at':'2024-05-17T09:30:00Z',"
	    "'value%u':'%u'}", variant, instance, variant, instance);
}

static void
untold_schema(struct buf *out)
{
	put(out, "{'type':'array','items':{'anyOf':[{'type':'string'},"
	    "{'type':'number'},{'type':'object','required':['x','y'],"
	    "'properties':{'x':{'type':'number'},'y':{'type':'number'}}},"
	    "{'type':'object','required':['width','height'],'properties':{"
	    "'width':{'type':'number'},'height':{'type':'number'}}},"
	    "{'type':'object','required':['label'],'properties':{"
	    "'label':{'type':'string'}}},"
	    "{'type':'array','items':{'type':'number'}}]}}");
}

static void
untold_document(struct buf *out, unsigned instance)
{
	for (unsigned i = 0; i < 12; i++) {
		put(out, i == 0 ? "[" : ",");
		switch (pick(instance, i, 6)) {
		case 0:
			put(out, "'text %u'", i);
			break;
		case 1:
			put(out, "%u.5", i);
			break;
		case 2:
			put(out, "{'x':%u,'y':%u.5}", i, i);
			break;
		case 3:
			put(out, "{'width':%u,'height':1}", i);
			break;
		case 4:
			put(out, "{'label':'number %u'}", i);
			break;
		default:
			put(out, "[1,2.5,%u]", i);
			break;
		}
	}
	put(out, "]");
}

static void
rows_schema(struct buf *out)
{
	put(out, "{'type':'array','items':{'type':'object',"
	    "'additionalProperties':false,"
	    "'required':['id','name','price','stock'],'properties':{"
	    "'id':{'type':'integer','minimum':1},"
	    "'name':{'type':'string','maxLength':60},"
	    "'price':{'type':'number','minimum':0},"
	    "'stock':{'type':'integer','minimum':0},"
	    "'sold':{'type':'boolean'}}}}");
}

static void
rows_document(struct buf *out, unsigned instance)
{
	for (unsigned i = 0; i < 1000; i++)
		put(out, "%s{'id':%u,'name':'Article number %u',"
		    "'price':%u.99,'stock':%u,'sold':%s}", i == 0 ? "[" : ",",
		    i + 1, instance * 1000 + i, pick(instance, i, 500),
		    pick(instance, i, 40), i % 2 == 0 ? "true" : "false");
	put(out, "]");
}

static void
numbers_schema(struct buf *out)
{
	put(out, "{'type':'array','items':{'type':'number'}}");
}

static void
numbers_document(struct buf *out, unsigned instance)
{
	for (unsigned i = 0; i < 10000; i++)
		put(out, "%s%u.%u", i == 0 ? "[" : ",",
		    pick(instance, i, 1000), pick(instance, i + 1, 1000));
	put(out, "]");
}

static void
patterns_schema(struct buf *out)
{
	put(out, "{'type':'object','additionalProperties':false,'required':["
	    "'slug','hex','semver','time','sku','phone','path','word'],"
	    "'properties':{"
	    "'slug':{'type':'string','pattern':'^[a-z0-9]+(-[a-z0-9]+)*$'},"
	    "'hex':{'type':'string','pattern':'^#[0-9a-fA-F]{6}$'},"
	    "'semver':{'type':'string',"
	    "'pattern':'^[0-9]+\\\\.[0-9]+\\\\.[0-9]+$'},"
	    "'time':{'type':'string',"
	    "'pattern':'^([01][0-9]|2[0-3]):[0-5][0-9]$'},"
	    "'sku':{'type':'string','pattern':'^[A-Z]{3}-\\\\d{4,8}$'},"
	    "'phone':{'type':'string','pattern':'^\\\\+[0-9 ]{6,20}$'},"
	    "'path':{'type':'string','pattern':'^(/[^/]+)+$'},"
	    "'word':{'type':'string','pattern':'(?:foo|bar|baz)'}}}");
}

static void
patterns_document(struct buf *out, unsigned instance)
{
	put(out, "{'slug':'some-article-number-%u','hex':'#%06x',"
	    "'semver':'%u.12.3','time':'%02u:%02u','sku':'ABC-%u',"
	    "'phone':'+49 30 %u','path':'/usr/share/doc/file-%u',"
	    "'word':'here comes a bar, number %u'}", instance,
	    pick(instance, 0, 0xffffff), instance, 4 + instance,
	    30 + instance, 10000 + pick(instance, 1, 80000),
	    100000 + pick(instance, 2, 800000), instance, instance);
}

static void
lengths_schema(struct buf *out)
{
	put(out, "{'type':'array','items':{'type':'string','minLength':10,"
	    "'maxLength':40}}");
}

/* Long enough in bytes that they have to be counted. */
static void
lengths_document(struct buf *out, unsigned instance)
{
	static const char *const texts[] = {
		"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f und auch weiter hinten "
		"\xc3\xa4\xc3\xb6\xc3\xbc",
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe6\x96\x87"
		"\xe7\xab\xa0\xe3\x81\xaf\xe9\x95\xb7\xe3\x81\x84\xe3\x81\xa7"
		"\xe3\x81\x99\xe3\x80\x82\xe5\xa4\x9a\xe5\x88\x86",
		"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, "
		"\xd0\xbc\xd0\xb8\xd1\x80 \xd0\xb8 \xd0\xb2\xd1\x81\xd0\xb5",
		"caf\xc3\xa9 au lait, d\xc3\xa9j\xc3\xa0 vu"
	};

	for (unsigned i = 0; i < 16; i++)
		put(out, "%s'%s %u'", i == 0 ? "[" : ",",
		    texts[pick(instance, i, 4)], i);
	put(out, "]");
}

static void
tree_schema(struct buf *out)
{
	put(out, "{'$id':'Tree','type':'object',"
	    "'additionalProperties':false,'required':['value','children'],"
	    "'properties':{'value':{'type':'integer'},"
	    "'children':{'type':'array','items':{'$ref':'Tree'}}}}");
}

static void
add_tree(struct buf *out, unsigned instance, unsigned levels)
{
	put(out, "{'value':%u,'children':[", instance * 10 + levels);
	for (unsigned i = 0; levels > 0 && i < 3; i++) {
		put(out, i == 0 ? "" : ",");
		add_tree(out, instance, levels - 1);
	}
	put(out, "]}");
}

static void
tree_document(struct buf *out, unsigned instance)
{
	add_tree(out, instance, 4);
}

static void
references_schema(struct buf *out)
{
	put(out, "{'$defs':{"
	    "'Point':{'$id':'Point','type':'object','required':['x','y'],"
	    "'properties':{'x':{'type':'number'},'y':{'type':'number'}}},"
	    "'Style':{'$id':'Style','type':'object','properties':{"
	    "'colour':{'type':'string'},'width':{'type':'integer'}}}},"
	    "'type':'object','required':['from','to','style','bends'],"
	    "'properties':{'from':{'$ref':'Point'},'to':{'$ref':'Point'},"
	    "'style':{'$ref':'Style'},"
	    "'bends':{'type':'array','items':{'$ref':'Point'}}}}");
}

static void
references_document(struct buf *out, unsigned instance)
{
	put(out, "{'from':{'x':%u,'y':1.5},'to':{'x':3,'y':%u},"
	    "'style':{'colour':'#00%02x00','width':2},'bends':[", instance,
	    instance, instance);
	for (unsigned i = 0; i < 6; i++)
		put(out, "%s{'x':%u.5,'y':%u}", i == 0 ? "" : ",", i, i);
	put(out, "]}");
}

static void
record_schema(struct buf *out)
{
	put(out, "{'type':'object','additionalProperties':false,"
	    "'patternProperties':{'^[a-z]+_[0-9]+$':{'type':'number'}}}");
}

static void
record_document(struct buf *out, unsigned instance)
{
	for (unsigned i = 0; i < 24; i++)
		put(out, "%s'sensor_%u':%u.5", i == 0 ? "{" : ",",
		    instance * 100 + i, pick(instance, i, 90));
	put(out, "}");
}

static void
enum_schema(struct buf *out)
{
	put(out, "{'type':'array','items':{'enum':[");
	for (unsigned i = 0; i < 200; i++)
		put(out, "%s'%c%c-%u'", i == 0 ? "" : ",", 'a' + (char)(i % 26),
		    'a' + (char)(i / 26), i * 13);
	put(out, "]}}");
}

static void
enum_document(struct buf *out, unsigned instance)
{
	for (unsigned j = 0; j < 20; j++) {
		unsigned i = pick(instance, j, 200);
		put(out, "%s'%c%c-%u'", j == 0 ? "[" : ",",
		    'a' + (char)(i % 26), 'a' + (char)(i / 26), i * 13);
	}
	put(out, "]");
}

static void
tuple_schema(struct buf *out)
{
	put(out, "{'type':'array','items':["
	    "{'type':'string'},{'type':'integer'},{'type':'number'},"
	    "{'type':'boolean'},{'type':'null'},{'type':'string'},"
	    "{'type':'array','items':[{'type':'number'},{'type':'number'},"
	    "{'type':'number'}],'additionalItems':false,'minItems':3,"
	    "'maxItems':3}],'additionalItems':false,'minItems':7,"
	    "'maxItems':7}");
}

static void
tuple_document(struct buf *out, unsigned instance)
{
	put(out, "['row %u',%u,%u.5,%s,null,'end',[1,2.5,%u]]", instance,
	    instance, instance, instance % 2 == 0 ? "true" : "false",
	    instance);
}

const struct shape shapes[] = {
	{ "person", person_schema, person_document, true },
	{ "person, no patterns", plain_person_schema, person_document, true },
	{ "person, shuffled", plain_person_schema, shuffled_person, true },
	{ "person, wrong", person_schema, wrong_person, false },
	{ "wide, 100 properties", wide_schema, wide_document, true },
	{ "deep, 20 levels", deep_schema, deep_document, true },
	{ "union of 20, told apart", told_schema, told_document, true },
	{ "the same, wrong", told_schema, wrong_told_document, false },
	{ "unions of 6, not told apart", untold_schema, untold_document,
	    true },
	{ "1,000 objects", rows_schema, rows_document, true },
	{ "10,000 numbers", numbers_schema, numbers_document, true },
	{ "8 patterns", patterns_schema, patterns_document, true },
	{ "16 lengths, not ASCII", lengths_schema, lengths_document, true },
	{ "tree of 121", tree_schema, tree_document, true },
	{ "references", references_schema, references_document, true },
	{ "record by pattern", record_schema, record_document, true },
	{ "allOf of 3", base_schema, base_document, true },
	{ "unevaluatedProperties", closed_schema, base_document, true },
	{ "20 of an enum of 200", enum_schema, enum_document, true },
	{ "tuple", tuple_schema, tuple_document, true },
	{ "package.json", package_schema, package_document, true },
	{ "call graph node", call_schema, call_document, true },
	{ "formats", formats_schema, formats_document, true },
};
const unsigned shapes_count = sizeof(shapes) / sizeof(shapes[0]);
