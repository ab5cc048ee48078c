// A store in memory behind github.com/elimity-com/scim, as its documentation has it made: the protocol is all the library's.
// What the library hands over for PATCH (checked operations) is applied as in its own example: by attribute name.
package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/elimity-com/scim"
	"github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"
	"github.com/elimity-com/scim/schema"
)

type row struct {
	attributes        scim.ResourceAttributes
	created, modified time.Time
	number            int
}

type store struct {
	sync.Mutex
	rows   map[string]*row
	count  int
	unique string
}

func (s *store) resource(id string, r *row) scim.Resource {
	out := scim.Resource{ID: id, Attributes: copied(r.attributes), Meta: scim.Meta{Created: &r.created, LastModified: &r.modified}}
	if external, ok := r.attributes["externalId"].(string); ok {
		out.ExternalID = optional.NewString(external)
	}
	return out
}

func copied(a scim.ResourceAttributes) scim.ResourceAttributes {
	out := scim.ResourceAttributes{}
	for k, v := range a {
		out[k] = v
	}
	return out
}

func (s *store) taken(id string, a scim.ResourceAttributes) bool {
	if s.unique == "" {
		return false
	}
	for other, r := range s.rows {
		if other != id && strings.EqualFold(fmt.Sprint(r.attributes[s.unique]), fmt.Sprint(a[s.unique])) {
			return true
		}
	}
	return false
}

func (s *store) Create(_ *http.Request, a scim.ResourceAttributes) (scim.Resource, error) {
	s.Lock()
	defer s.Unlock()
	if s.taken("", a) {
		return scim.Resource{}, errors.ScimErrorUniqueness
	}
	s.count++
	id, now := rand.Text(), time.Now().UTC()
	s.rows[id] = &row{copied(a), now, now, s.count}
	return s.resource(id, s.rows[id]), nil
}

func (s *store) Get(_ *http.Request, id string) (scim.Resource, error) {
	s.Lock()
	defer s.Unlock()
	r, ok := s.rows[id]
	if !ok {
		return scim.Resource{}, errors.ScimErrorResourceNotFound(id)
	}
	return s.resource(id, r), nil
}

func (s *store) GetAll(_ *http.Request, p scim.ListRequestParams) (scim.Page, error) {
	s.Lock()
	defer s.Unlock()
	found := []scim.Resource{}
	ids := make([]string, 0, len(s.rows))
	for id := range s.rows {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return s.rows[ids[i]].number < s.rows[ids[j]].number })
	for _, id := range ids {
		r := s.resource(id, s.rows[id])
		seen := copied(r.Attributes)
		seen["id"] = id
		if p.FilterValidator == nil || p.FilterValidator.PassesFilter(seen) == nil {
			found = append(found, r)
		}
	}
	from, to := min(p.StartIndex-1, len(found)), min(p.StartIndex-1+p.Count, len(found))
	return scim.Page{TotalResults: len(found), Resources: found[from:to]}, nil
}

func (s *store) change(id string, a scim.ResourceAttributes) (scim.Resource, error) {
	if s.taken(id, a) {
		return scim.Resource{}, errors.ScimErrorUniqueness
	}
	r := s.rows[id]
	s.rows[id] = &row{a, r.created, time.Now().UTC(), r.number}
	return s.resource(id, s.rows[id]), nil
}

func (s *store) Replace(_ *http.Request, id string, a scim.ResourceAttributes) (scim.Resource, error) {
	s.Lock()
	defer s.Unlock()
	if _, ok := s.rows[id]; !ok {
		return scim.Resource{}, errors.ScimErrorResourceNotFound(id)
	}
	return s.change(id, copied(a))
}

func (s *store) Delete(_ *http.Request, id string) error {
	s.Lock()
	defer s.Unlock()
	if _, ok := s.rows[id]; !ok {
		return errors.ScimErrorResourceNotFound(id)
	}
	delete(s.rows, id)
	return nil
}

func (s *store) Patch(_ *http.Request, id string, operations []scim.PatchOperation) (scim.Resource, error) {
	s.Lock()
	defer s.Unlock()
	r, ok := s.rows[id]
	if !ok {
		return scim.Resource{}, errors.ScimErrorResourceNotFound(id)
	}
	a := copied(r.attributes)
	put := func(op, name string, value interface{}) {
		old, many := a[name].([]interface{})
		if more, ok := value.([]interface{}); ok && many && op == scim.PatchOperationAdd {
			value = append(append([]interface{}{}, old...), more...)
		}
		a[name] = value
	}
	for _, o := range operations {
		values, complex := o.Value.(map[string]interface{})
		switch {
		case o.Op == scim.PatchOperationRemove:
			delete(a, o.Path.String())
		case o.Path != nil:
			put(o.Op, o.Path.String(), o.Value)
		case complex:
			for name, value := range values {
				put(o.Op, name, value)
			}
		}
	}
	return s.change(id, a)
}

func main() {
	token := "Bearer " + os.Getenv("SCIM_TOKEN")
	base := "http://127.0.0.1:" + os.Getenv("PORT") + "/v2"
	server, err := scim.NewServer(&scim.ServerArgs{
		ServiceProviderConfig: &scim.ServiceProviderConfig{MaxResults: 100, SupportFiltering: true, SupportPatch: true,
			AuthenticationSchemes: []scim.AuthenticationScheme{{Type: scim.AuthenticationTypeOauthBearerToken, Name: "token", Description: "a bearer token", Primary: true}}},
		ResourceTypes: []scim.ResourceType{
			{ID: optional.NewString("User"), Name: "User", Endpoint: "/Users", Schema: schema.CoreUserSchema(),
				SchemaExtensions: []scim.SchemaExtension{{Schema: schema.ExtensionEnterpriseUser()}}, Handler: &store{rows: map[string]*row{}, unique: "userName"}},
			{ID: optional.NewString("Group"), Name: "Group", Endpoint: "/Groups", Schema: schema.CoreGroupSchema(), Handler: &store{rows: map[string]*row{}}},
		},
	}, scim.WithBaseURL(base))
	if err != nil {
		panic(err)
	}
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != token {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.Header().Set("Content-Type", "application/scim+json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401"}`)
			return
		}
		server.ServeHTTP(w, r)
	})))
}
