/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Shapes as applications have them: a person (the first instance of 440 bytes
 * is the one that the goals speak of), a package.json, a node of a call graph.
 */
#include "cases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
put(struct buf *out, const char *format, ...)
{
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	int bytes = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (bytes < 0 || (size_t)bytes >= sizeof(text)) {
		fputs("put: too long\n", stderr);
		exit(2);
	}
	for (int i = 0; i < bytes; i++)
		buf_char(out, (char)(text[i] == '\'' ? '"' : text[i]));
}

unsigned
pick(unsigned instance, unsigned place, unsigned n)
{
	uint32_t x = (instance * 7919 + place + 1) * 2654435761u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return x % n;
}

/* ---- Persons ----------------------------------------------------------- */

static void
person_with(struct buf *out, const char *id_pattern, const char *mail_pattern)
{
	put(out, "{'additionalProperties':false,'type':'object','required':["
	    "'id','kind','name','email','age','score','active','role','tags',"
	    "'createdAt','address'],'properties':{"
	    "'id':{%s'type':'string'},"
	    "'kind':{'const':'person','type':'string'},"
	    "'name':{'minLength':1,'maxLength':80,'type':'string'},"
	    "'email':{%s'type':'string'},"
	    "'age':{'minimum':0,'maximum':150,'type':'integer'},"
	    "'score':{'minimum':0,'maximum':1,'type':'number'},"
	    "'active':{'type':'boolean'},", id_pattern, mail_pattern);
	put(out, "'role':{'anyOf':[{'const':'admin','type':'string'},"
	    "{'const':'editor','type':'string'},"
	    "{'const':'viewer','type':'string'}]},"
	    "'tags':{'maxItems':16,'type':'array',"
	    "'items':{'maxLength':32,'type':'string'}},"
	    "'createdAt':{'minLength':20,'maxLength':30,'type':'string'},"
	    "'address':{'additionalProperties':false,'type':'object',"
	    "'required':['street','city','zip','geo'],'properties':{"
	    "'street':{'type':'string'},'city':{'type':'string'},"
	    "'zip':{'type':'string'},'geo':{'type':'array',"
	    "'items':[{'type':'number'},{'type':'number'}],"
	    "'additionalItems':false,'minItems':2,'maxItems':2}}},"
	    "'bio':{'maxLength':500,'type':'string'}}}");
}

void
person_schema(struct buf *out)
{
	person_with(out, "'pattern':'^[a-z]+_[0-9]+$',",
	    "'pattern':'^[^@\\\\s]+@[^@\\\\s]+$',");
}

void
plain_person_schema(struct buf *out)
{
	person_with(out, "", "");
}

static const char *
role_of(unsigned instance)
{
	static const char *const roles[] = { "editor", "admin", "viewer" };

	return roles[instance % 3];
}

static void
person_parts(char parts[12][256], unsigned i)
{
	static const char *const names[] = { "Grace Brewster Hopper",
		"Katherine Coleman Joy", "Mary Kenneth Keller",
		"Adele Goldstine Katz" };

	(void)snprintf(parts[0], 256, "'id':'person_%u'", 1234567 + i * 37);
	(void)snprintf(parts[1], 256, "'kind':'person'");
	(void)snprintf(parts[2], 256, "'name':'%s'", names[i % 4]);
	(void)snprintf(parts[3], 256,
	    "'email':'grace.hopper%.*s@navy.example.mil'", (int)(i % 4),
	    "abc");
	(void)snprintf(parts[4], 256, "'age':%u", 85 - i);
	(void)snprintf(parts[5], 256, "'score':0.98%u", 75 - i);
	(void)snprintf(parts[6], 256, "'active':%s",
	    i % 5 == 4 ? "false" : "true");
	(void)snprintf(parts[7], 256, "'role':'%s'", role_of(i));
	(void)snprintf(parts[8], 256,
	    "'tags':['computing','compilers','navy','cobol']");
	(void)snprintf(parts[9], 256, "'createdAt':"
	    "'2024-05-17T09:%02u:00.000Z'", 30 + i);
	(void)snprintf(parts[10], 256, "'address':{'street':"
	    "'%u Harvard Yard','city':'Arlington','zip':'222%02u',"
	    "'geo':[38.87%u,-77.06%u]}", 1 + i, 2 + i, 83 - i, 87 - i);
	(void)snprintf(parts[11], 256, "'bio':'Invented the first linker and "
	    "popularised machine-independent programming languages.'");
}

static void
person_in_order(struct buf *out, unsigned instance, const unsigned char *order)
{
	char parts[12][256];

	person_parts(parts, instance);
	for (unsigned i = 0; i < 12; i++)
		put(out, "%s%s", i == 0 ? "{" : ",", parts[order[i]]);
	put(out, "}");
}

void
person_document(struct buf *out, unsigned instance)
{
	static const unsigned char order[12] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
		10, 11 };

	person_in_order(out, instance, order);
}

/* The members in another order in each instance. */
void
shuffled_person(struct buf *out, unsigned instance)
{
	unsigned char order[12];

	for (unsigned i = 0; i < 12; i++)
		order[i] = (unsigned char)i;
	for (unsigned i = 11; i > 0; i--) {
		unsigned other = pick(instance, i, i + 1);
		unsigned char moved = order[i];
		order[i] = order[other];
		order[other] = moved;
	}
	person_in_order(out, instance, order);
}

/* What is wrong stands near the end, and in some in the middle. */
void
wrong_person(struct buf *out, unsigned instance)
{
	char parts[12][256];

	person_parts(parts, instance);
	if (instance % 2 == 0)
		(void)snprintf(parts[10], 256, "'address':{'street':'x',"
		    "'city':'y','geo':[1.5,2.5]}");
	else
		(void)snprintf(parts[4], 256, "'age':-1");
	for (unsigned i = 0; i < 12; i++)
		put(out, "%s%s", i == 0 ? "{" : ",", parts[i]);
	put(out, "}");
}

/* ---- package.json ------------------------------------------------------ */

void
package_schema(struct buf *out)
{
	static const char *const maps[] = { "scripts", "dependencies",
		"devDependencies", "engines" };

	put(out, "{'type':'object','required':['name','version'],"
	    "'properties':{"
	    "'name':{'type':'string','minLength':1,'maxLength':214},"
	    "'version':{'type':'string'},'description':{'type':'string'},"
	    "'private':{'type':'boolean'},'license':{'type':'string'},"
	    "'main':{'type':'string'},"
	    "'type':{'anyOf':[{'const':'module','type':'string'},"
	    "{'const':'commonjs','type':'string'}]},"
	    "'author':{'anyOf':[{'type':'string'},{'type':'object',"
	    "'required':['name'],'properties':{'name':{'type':'string'},"
	    "'email':{'type':'string'},'url':{'type':'string'}}}]},"
	    "'files':{'type':'array','items':{'type':'string'}},"
	    "'keywords':{'type':'array','items':{'type':'string'}},"
	    "'repository':{'type':'object','required':['type','url'],"
	    "'properties':{'type':{'type':'string'},"
	    "'url':{'type':'string'}}}");
	for (unsigned i = 0; i < 4; i++)
		put(out, ",'%s':{'type':'object',"
		    "'patternProperties':{'^(.*)$':{'type':'string'}}}",
		    maps[i]);
	put(out, "}}");
}

void
package_document(struct buf *out, unsigned instance)
{
	put(out, "{'name':'@scope/package-%u','version':'1.%u.0',"
	    "'description':'Does one thing, and tries to do it well',"
	    "'private':false,'license':'MIT','type':'module',"
	    "'main':'dist/index.js','author':", instance, instance);
	put(out, instance % 2 == 0 ? "'A. N. Author <author@example.org>'" :
	    "{'name':'A. N. Author','email':'author@example.org'}");
	put(out, ",'files':['dist','src','README.md'],"
	    "'keywords':['json','schema','typed','graph'],"
	    "'repository':{'type':'git','url':"
	    "'git+https://git.example.org/scope/package-%u.git'},"
	    "'scripts':{'build':'tsc -p .','test':'node --test',"
	    "'lint':'eslint src','prepare':'npm run build'},"
	    "'dependencies':{", instance);
	for (unsigned i = 0; i < 12; i++)
		put(out, "%s'dependency-%u':'^%u.%u.%u'", i == 0 ? "" : ",",
		    i * 7 + instance, i, pick(instance, i, 30), i);
	put(out, "},'devDependencies':{");
	for (unsigned i = 0; i < 9; i++)
		put(out, "%s'tool-%u':'~%u.%u.0'", i == 0 ? "" : ",",
		    i * 3 + instance, i, pick(instance, i, 30));
	put(out, "},'engines':{'node':'>=20'}}");
}

/* ---- A function in a call graph ---------------------------------------- */

void
call_schema(struct buf *out)
{
	put(out, "{'additionalProperties':false,'type':'object','required':["
	    "'name','kind','file','line','column','endLine','parameters',"
	    "'calls'],'properties':{'name':{'type':'string','minLength':1},"
	    "'kind':{'anyOf':[{'const':'function','type':'string'},"
	    "{'const':'method','type':'string'},"
	    "{'const':'constructor','type':'string'}]},"
	    "'file':{'type':'string'},"
	    "'line':{'type':'integer','minimum':1},"
	    "'column':{'type':'integer','minimum':0},"
	    "'endLine':{'type':'integer','minimum':1},"
	    "'exported':{'type':'boolean'},'async':{'type':'boolean'},"
	    "'parameters':{'type':'array','items':{'type':'object',"
	    "'additionalProperties':false,'required':['name','type'],"
	    "'properties':{'name':{'type':'string'},"
	    "'type':{'type':'string'},'optional':{'type':'boolean'}}}},"
	    "'returns':{'type':'string'},");
	put(out, "'calls':{'type':'array','items':{'type':'object',"
	    "'additionalProperties':false,'required':['target','line'],"
	    "'properties':{'target':{'type':'string'},"
	    "'line':{'type':'integer','minimum':1},"
	    "'dynamic':{'type':'boolean'}}}},"
	    "'metrics':{'type':'object','additionalProperties':false,"
	    "'required':['complexity','lines'],'properties':{"
	    "'complexity':{'type':'integer','minimum':0},"
	    "'lines':{'type':'integer','minimum':0},"
	    "'coverage':{'type':'number','minimum':0,'maximum':1}}}}}");
}

void
call_document(struct buf *out, unsigned instance)
{
	put(out, "{'name':'resolveReference%u','kind':'%s',"
	    "'file':'src/schema/resolve_%u.ts','line':%u,'column':%u,"
	    "'endLine':%u,'exported':true,'async':false,'parameters':["
	    "{'name':'schema','type':'TSchema'},"
	    "{'name':'references','type':'TSchema[]','optional':true}],"
	    "'returns':'TSchema | undefined','calls':[", instance,
	    instance % 2 == 0 ? "function" : "method", instance,
	    100 + instance, instance, 160 + instance);
	for (unsigned i = 0; i < 8; i++)
		put(out, "%s{'target':'src/schema/guard.ts#isKind%u',"
		    "'line':%u%s}", i == 0 ? "" : ",",
		    pick(instance, i, 60), 101 + i * 3,
		    i % 4 == 3 ? ",'dynamic':true" : "");
	put(out, "],'metrics':{'complexity':%u,'lines':60,"
	    "'coverage':0.%u}}", 5 + instance, 71 + instance);
}

/* ---- Objects put together with allOf ------------------------------------ */

static void
parts_with(struct buf *out, const char *head)
{
	put(out, "{'type':'object',%s'allOf':["
	    "{'type':'object','required':['id','createdAt'],'properties':{"
	    "'id':{'type':'string'},'createdAt':{'type':'string'},"
	    "'updatedAt':{'type':'string'}}},"
	    "{'type':'object','required':['title'],'properties':{"
	    "'title':{'type':'string','minLength':1},"
	    "'body':{'type':'string'},'rating':{'type':'number'}}},"
	    "{'type':'object','required':['owner','shared'],'properties':{"
	    "'owner':{'type':'string'},'shared':{'type':'boolean'},"
	    "'groups':{'type':'array','items':{'type':'string'}}}}]}", head);
}

void
base_schema(struct buf *out)
{
	parts_with(out, "");
}

void
closed_schema(struct buf *out)
{
	parts_with(out, "'unevaluatedProperties':false,");
}

void
base_document(struct buf *out, unsigned instance)
{
	put(out, "{'id':'note-%u','createdAt':'2024-05-17T09:30:00Z',"
	    "'updatedAt':'2024-06-%02uT10:00:00Z','title':'Note %u',"
	    "'body':'Some text that says what there is to say.',"
	    "'rating':%u.5,'owner':'user-%u','shared':%s,"
	    "'groups':['all','readers']}", instance, 10 + instance, instance,
	    instance, pick(instance, 1, 99),
	    instance % 3 == 0 ? "true" : "false");
}

/* ---- Formats ------------------------------------------------------------ */

void
formats_schema(struct buf *out)
{
	put(out, "{'type':'object','additionalProperties':false,"
	    "'required':['id','at','day','mail','host','address'],"
	    "'properties':{'id':{'type':'string','format':'uuid'},"
	    "'at':{'type':'string','format':'date-time'},"
	    "'day':{'type':'string','format':'date'},"
	    "'mail':{'type':'string','format':'email'},"
	    "'host':{'type':'string','format':'hostname'},"
	    "'address':{'type':'string','format':'ipv4'}}}");
}

void
formats_document(struct buf *out, unsigned instance)
{
	put(out, "{'id':'0190b2f0-7c3a-7def-8abc-0123456789%02x',"
	    "'at':'2024-05-17T09:%02u:00.000Z','day':'2024-02-%02u',"
	    "'mail':'user%u@mail.example.org',"
	    "'host':'host-%u.example.org','address':'192.0.2.%u'}",
	    16 + instance, 30 + instance, 1 + instance, instance, instance,
	    instance);
}
