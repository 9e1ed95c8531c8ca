package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// Templates that include themselves end here.
const deepest = 1000

// The text of every template but the partial ones, by name.
func render(c *chart, data map[string]interface{}) (map[string]string, error) {
	root := template.New("gotpl").Option("missingkey=zero")
	root.Funcs(functions(root))
	var names []string
	for name := range c.templates {
		names = append(names, name)
	}
	// The last definition of a name counts, and files higher up come later.
	sort.Slice(names, func(one, other int) bool {
		depth, otherDepth := strings.Count(names[one], "/"), strings.Count(names[other], "/")
		return depth > otherDepth || depth == otherDepth && names[one] > names[other]
	})
	for _, name := range names {
		if _, err := root.New(c.templateName(name)).Parse(c.templates[name]); err != nil {
			return nil, fmt.Errorf("parse error: %w", err)
		}
	}
	rendered := map[string]string{}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		full := c.templateName(name)
		data["Template"] = map[string]interface{}{"Name": full, "BasePath": c.templateName("templates")}
		text, err := execute(root, full, data)
		if err != nil {
			return nil, fmt.Errorf("execution error: %w", err)
		}
		rendered[full] = text
	}
	return rendered, nil
}

// A value that is not there is nothing, and not the words that Go has for it.
func execute(root *template.Template, name string, data interface{}) (string, error) {
	var text strings.Builder
	err := root.ExecuteTemplate(&text, name, data)
	return strings.ReplaceAll(text.String(), "<no value>", ""), err
}

// sprig's functions but those that read the environment, and Helm's own.
func functions(root *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	depth := map[string]int{}
	for name, function := range (template.FuncMap{
		"toYaml": func(value interface{}) string {
			text, err := yaml.Marshal(value)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(text), "\n")
		},
		"fromYaml": func(text string) map[string]interface{} { return from(yaml.Unmarshal, text) },
		"fromYamlArray": func(text string) []interface{} {
			var list []interface{}
			if err := yaml.Unmarshal([]byte(text), &list); err != nil {
				return []interface{}{err.Error()}
			}
			return list
		},
		"toJson": func(value interface{}) string {
			text, err := json.Marshal(value)
			if err != nil {
				return ""
			}
			return string(text)
		},
		"fromJson": func(text string) map[string]interface{} {
			return from(func(text []byte, into interface{}, _ ...yaml.JSONOpt) error { return json.Unmarshal(text, into) }, text)
		},
		// Without a cluster there is nothing to find.
		"lookup": func(string, string, string, string) (map[string]interface{}, error) {
			return map[string]interface{}{}, nil
		},
		"required": func(message string, value interface{}) (interface{}, error) {
			if value == nil || value == "" {
				return nil, errors.New(message)
			}
			return value, nil
		},
		"include": func(name string, data interface{}) (string, error) {
			if depth[name]++; depth[name] > deepest {
				return "", fmt.Errorf("rendering template has a nested reference name: %s", name)
			}
			defer func() { depth[name]-- }()
			var text strings.Builder
			err := root.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
		"tpl": func(text string, data interface{}) (string, error) {
			copied, err := root.Clone()
			if err != nil {
				return "", err
			}
			if _, err := copied.New("tpl").Parse(text); err != nil {
				return "", err
			}
			return execute(copied, "tpl", data)
		},
	}) {
		all[name] = function
	}
	return all
}

// What the text means, or its error under the key that Helm puts it under.
func from(read func([]byte, interface{}, ...yaml.JSONOpt) error, text string) map[string]interface{} {
	values := map[string]interface{}{}
	if err := read([]byte(text), &values); err != nil {
		values["Error"] = err.Error()
	}
	return values
}
